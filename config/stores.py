"""Where an installation keeps the contents of documents."""

from clais.files.s3 import bucket_files
from clais.files.store import FileStore, LocalFiles
from config.settings import Settings


def store_of(settings: Settings) -> FileStore:
    """The bucket that `CLAIS_FILES` names, else the directory of the installation.

    Raises ModuleNotFoundError for a bucket where boto3 is not installed.
    """
    if settings.files.startswith("s3://"):
        return bucket_files(settings.files, settings.files_endpoint)
    return LocalFiles(settings.files_directory)
