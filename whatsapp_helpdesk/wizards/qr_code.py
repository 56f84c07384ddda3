"""QR codes, drawn here: the report engine's way needs a library that not every
installation has, and its address would show what is in the code in logs."""

import base64
import io

from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

#: Modules around a QR code that stay white, and pixels of a module.
QUIET_ZONE = 4
PIXELS = 5


def draw_qr_code(text):
    """Return a PNG picture, Base64, as binary fields want it."""
    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    count = code.getModuleCount()
    size = count + 2 * QUIET_ZONE
    picture = Image.new("1", (size, size), 1)
    for row in range(count):
        for column in range(count):
            if code.isDark(row, column):
                picture.putpixel((column + QUIET_ZONE, row + QUIET_ZONE), 0)
    content = io.BytesIO()
    picture.resize((size * PIXELS, size * PIXELS)).save(content, "PNG")
    return base64.b64encode(content.getvalue())
