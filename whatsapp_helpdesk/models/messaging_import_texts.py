"""What people read about files and lines that cannot be used."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: Reasons why one line is refused, by the codes of the readers.
REASONS = {
    "number": _lt("This is no telephone number; write it with its country code."),
    "own_number": _lt("This is the business's own number, not the customer's."),
    "state": _lt("It is not clear whether the customer agreed: use yes or no."),
    "purpose": _lt("The purpose is missing or unknown: marketing, utility, service."),
    "date": _lt("The date cannot be read."),
    "date_missing": _lt("It does not say when the consent was given."),
    "future": _lt("The date lies in the future."),
    "source": _lt("It does not say where the consent was given."),
    "wording": _lt("It does not say what the customer agreed to."),
    "time": _lt("The time is missing or cannot be read."),
    "direction": _lt("It is not clear who wrote: use in or out."),
    "text": _lt("The message has no text."),
    "long": _lt("A value is too long."),
    "control": _lt("It holds characters that nobody types."),
    "cells": _lt("It has more cells than the heading; perhaps quotes are missing."),
    "object": _lt("This is no message."),
    "nested": _lt("A value is a list or object where a text is expected."),
    "no_contact": _lt("No contact has this number."),
    "employee": _lt("The number of an employee; employees are no customers."),
    "opted_out_later": _lt("The customer opted out after this date; that stays."),
    "unknown": _lt("It could not be stored. Ask an administrator to look at the log."),
}

#: Problems of a whole file. ``line`` and ``limit`` can be named.
PROBLEMS = {
    "too_large": _lt("The file is larger than %(limit)s MB. Split it."),
    "empty": _lt("There is nothing in the file."),
    "encoding": _lt(
        "Line %(line)s is damaged or in an unknown encoding. Save the file as UTF-8."
    ),
    "binary": _lt(
        "Line %(line)s is no text. Choose a CSV, Excel or JSON file, or an exported "
        "chat."
    ),
    "columns": _lt("Line %(line)s has more than %(limit)s columns."),
    "rows": _lt("There are more than %(limit)s lines. Split the file."),
    "long": _lt("Line %(line)s is longer than %(limit)s characters."),
    "quote": _lt("A quotation mark in line %(line)s has no end, or one too many."),
    "json": _lt("Line %(line)s is no valid JSON."),
    "depth": _lt("Line %(line)s has lists within lists without an end."),
    "chat": _lt("Line %(line)s does not begin as an exported chat does."),
    "xlsx": _lt("The Excel file cannot be read. Save it once more, or as CSV."),
    "format": _lt("Opt-ins come as a table: CSV or Excel."),
}
