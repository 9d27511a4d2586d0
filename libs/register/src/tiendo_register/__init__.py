"""The register of organisations as services know it: a local copy fed by unit events."""
