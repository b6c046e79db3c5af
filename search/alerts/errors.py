"""What can't be: an alert that is not there, and a receiver that can't be told."""


class NotFound(Exception):
    """There is no saved search or alert with this id."""


class InvalidRecipient(ValueError):
    """Nothing can be sent to this address, or by this channel as it is set up; the message says
    what to do.
    """
