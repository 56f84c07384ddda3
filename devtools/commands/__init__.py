"""One file per command of ./dev: `arguments(parser)` and `main(options)`."""
