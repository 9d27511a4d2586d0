"""The HTTP edge that all services share: principals, commands, problems, paging."""
