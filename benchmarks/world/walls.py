"""Sites that show a wall or an error in the place of every story from a day on, with status 200."""

from typing import ClassVar

from benchmarks.world.ailing import Ailing
from benchmarks.world.answers import Answer, Request
from benchmarks.world.prose import LANGUAGES, words
from benchmarks.world.site import Site, Story


class Wall(Ailing):
    """A notice with status 200 stands in the place of each story; lists are as they were."""

    problems = frozenset({"blocked", "fruitless"})
    notices: ClassVar[str] = "consent"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.languages = tuple(one for one in LANGUAGES if one in words("walls")[cls.notices])

    def page(self, story: Story, request: Request) -> Answer | None:
        if self.ails(request.now):
            return self.notice(self.notices)
        return super().page(story, request)


class ConsentWall(Wall):
    """Asks for consent."""


class LoginWall(Wall):
    """Asks for a password."""

    notices = "login"


class Challenge(Wall):
    """Checks whether the visitor is a person."""

    notices = "challenge"


class AdBlockWall(Wall):
    """Asks for advertising to be let through."""

    notices = "adblock"


class Regional(Wall):
    """Says that the country of the visitor is not served."""

    notices = "geo"


class EndlessMaintenance(Wall):
    """Says that it will be back soon, and is not."""

    notices = "maintenance"


class DatabaseDown(Wall):
    """Its pages tell of a broken database."""

    notices = "database"


class EverythingMissing(Wall):
    """Each page says in words that it is missing, with status 200."""

    notices = "missing"
    problems = frozenset({"fruitless"})


class Welcome(Wall):
    """Each address shows one and the same greeting."""

    notices = "welcome"
    problems = frozenset({"fruitless", "doubled"})


KINDS: tuple[type[Site], ...] = (
    ConsentWall,
    LoginWall,
    Challenge,
    AdBlockWall,
    Regional,
    EndlessMaintenance,
    DatabaseDown,
    EverythingMissing,
    Welcome,
)
