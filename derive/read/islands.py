from __future__ import annotations
def cut(p, start): raise p.error(p.peek(), 'x')
def evaluate(c, n): raise c.refuse(n,'x')
