from . import messaging_sandbox_open
