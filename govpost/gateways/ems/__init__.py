"""China Post EMS: the agreement customers' platform (one URL, apiCode, SM4) and the older push of 2013–2018.

Written from published descriptions of the interfaces; the live service was not reached. What those descriptions leave open is
a setting or is kept raw, and said so where it stands. The sandbox here speaks the same wire over HTTP.
"""
