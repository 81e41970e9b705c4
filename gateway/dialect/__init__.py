"""The national dialect spoken inwards (`/dvcqg`): one-stop systems that know the national adapter alone.

What they send is read by `gateway.national` and handed to intake under a token of their own client and
agency, so that intake decides whose a dossier is. Refusals are answers like others: HTTP 200 with an
`error_code`, because such systems read nothing else.
"""
