"""What alerts refuse: an id that does not exist, and a recipient that can't be reached."""


class NotFound(Exception):
    """There is no saved search or alert with this id."""


class InvalidRecipient(ValueError):
    """Nothing can be sent to this recipient, or by this channel as it is set up; the text says what
    to do.
    """
