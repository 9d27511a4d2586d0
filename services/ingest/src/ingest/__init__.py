"""Events of other organisations' systems: checked, kept, passed on."""
