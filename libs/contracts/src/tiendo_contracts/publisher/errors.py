"""What can go wrong on the publisher's own machine.

ContractError
└── OutboxError
    ├── OutboxBusyError      another process writes to the file and does not end
    ├── AlreadyDrainedError  another process sends what waits in the file
    ├── OutboxFullError      the disk is full, or more waits than is allowed
    └── UnsafeOutboxError    what would be put there could be lost
"""

from tiendo_contracts.base import ContractError


class OutboxError(ContractError):
    """The outbox did not take the events: none of them is stored."""


class OutboxBusyError(OutboxError):
    """Another process holds the file's write lock for too long."""


class AlreadyDrainedError(OutboxError):
    """Another process drains this file; it may go on doing so."""


class OutboxFullError(OutboxError):
    """There is no room left: nothing drains the outbox, or the disk is full."""


class UnsafeOutboxError(OutboxError):
    """The given connection would not keep what is put; the message says why."""
