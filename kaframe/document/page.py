"""A text as one HTML page that loads nothing."""

from __future__ import annotations

import html

from kaframe.document.parsing import to_html

PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body{{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1f2933}}
h1,h2,h3{{line-height:1.25;color:#14324a}}h6{{margin:1em 0 0;color:#b42318;font-size:1em}}
table{{border-collapse:collapse;width:100%}}th,td{{border:1px solid #d5dbe1;padding:.35rem .6rem;text-align:left;vertical-align:top}}th{{background:#eef2f6}}
</style>
{body}</html>
"""  # noqa: E501


def html_page(markdown: str, title: str, language: str) -> str:
    """The Markdown as a page of its own."""
    return PAGE.format(language=html.escape(language), title=html.escape(title), body=to_html(markdown))
