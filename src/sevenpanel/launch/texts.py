"""The documents of a home, read before anything lasting starts: a desk does not run on Terms that nobody can read."""

from sevenpanel.launch.refusals import UnableToLaunch
from sevenpanel.settings.environment import Environment
from sevenpanel.terms.documents import NotADocument, published


def refuse_unpublishable(here: Environment) -> None:
    """Read every version of the Terms and the privacy policy.

    :raises UnableToLaunch: for one that the operator wrote and that cannot be published, with its file and the reason.
    """
    try:
        published(here.terms_folder)
    except NotADocument as error:
        raise UnableToLaunch(f"A document in {here.terms_folder} cannot be published: {error}") from error
