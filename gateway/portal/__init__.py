"""Telling the national portal (Cổng Dịch vụ công quốc gia) of every dossier, and comparing with it.

`line` calls the portal, `answers` reads what it says, `circuit` knows whether it is worth a call;
`commands` remembers changes and attempts, `pushing` tells, `reconciling` compares, `catalogue` sets both
catalogues side by side, `importing` brings theirs into ours once a person has looked.
The words of the dialect are `gateway.national`.
"""
