from . import base_partner_merge
from . import messaging_sandbox_open
