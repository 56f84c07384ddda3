DATABASE = "whd_run"


def arguments(parser):
    """Declare the options."""


def main(options):
    """x"""
