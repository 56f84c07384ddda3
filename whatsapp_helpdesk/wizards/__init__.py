from . import messaging_sandbox_open
from . import base_partner_merge
