import unittest

from .. import apt


class TestMirror(unittest.TestCase):
    def test_one_line_format(self):
        line = "deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main"
        self.assertEqual(apt.mirror_of(line), "http://mirror.example/debian")

    def test_deb822_format(self):
        line = "URIs: https://mirror.example/debian/"
        self.assertEqual(apt.mirror_of(line), "https://mirror.example/debian")

    def test_security_archive_is_no_mirror(self):
        self.assertIsNone(apt.mirror_of("URIs: http://mirror.example/debian-security"))

    def test_comment_is_no_mirror(self):
        self.assertIsNone(apt.mirror_of("# deb http://mirror.example/debian x main"))
