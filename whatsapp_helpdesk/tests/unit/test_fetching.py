from unittest import TestCase

from ...gateway.errors import GatewayError, Retry
from ...gateway.fetching import Job, fetch_all
from ...gateway.provider import Credentials, MediaBlob
from ...gateway.updates import MediaRef


class Files:
    """Gives a file by its id, or raises what stands there instead."""

    credentials = Credentials(account="1", token="very-secret-token")

    def __init__(self, **files):
        self.files = files

    def fetch_media(self, ref, *, max_size):
        found = self.files[ref.media_id]
        if isinstance(found, Exception):
            raise found
        return MediaBlob(found[:max_size])


def fetch(**files):
    provider = Files(**files)
    jobs = [
        Job(number, provider, MediaRef("image", media_id=name), max_size=3)
        for number, name in enumerate(files)
    ]
    return dict(fetch_all(jobs))


class TestFetching(TestCase):
    def test_every_job_has_its_result(self):
        found = fetch(a=b"one", b=b"two")
        self.assertEqual(
            {k: v.content for k, v in found.items()}, {0: b"one", 1: b"two"}
        )

    def test_size_limit_reaches_the_provider(self):
        self.assertEqual(fetch(a=b"123456")[0].content, b"123")

    def test_gateway_error_is_the_result(self):
        error = GatewayError("media")
        self.assertIs(fetch(a=error)[0], error)

    def test_bug_is_a_result_too_and_tells_no_secret(self):
        found = fetch(a=ValueError("token very-secret-token"), b=b"ok")
        self.assertEqual(found[0].retry, Retry.SOON)
        self.assertNotIn("very-secret-token", found[0].details)
        self.assertEqual(found[1].content, b"ok")

    def test_nothing_to_do_is_no_error(self):
        self.assertEqual(dict(fetch_all([])), {})
