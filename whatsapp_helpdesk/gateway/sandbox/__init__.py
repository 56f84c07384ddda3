"""The Sandbox: a person plays the customer on a phone-like page.

It has its own small JSON format, signed like a real channel's, so that its messages
take the same way in and out. Nothing of it touches a network.

A webhook body is an object with ``account`` and ``items``; an item has

* ``kind``: message, reaction, status or typing; ``time``: Unix seconds;
* ``id`` of a message or reaction and its ``sender``: ``{"id", "name"}``;
* of a message: ``type`` and, as it applies, ``text``, ``media`` (fields of
  :class:`~..updates.MediaRef`), ``location``, ``contacts``, ``button``, ``reply_to``;
* of a reaction: ``target`` and ``emoji`` ("" removes it);
* of a status: ``target``, ``state`` (delivered, read, played, failed), ``sender``.

:mod:`.builder` writes such bodies, :mod:`.webhook` reads them.
"""
