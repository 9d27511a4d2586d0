"""The register of organisations as other services know it: a local copy fed by unit events."""
