from . import export_xlsx
from . import helpdesk_portal
from . import messaging_export
from . import messaging_import
from . import sandbox_phone
from . import webhook
