"""What channels of several providers share that speak with an API of JSON over HTTP.

questions  asking it, and what no answer means       downloads  files at addresses of theirs
tokens     access tokens that die, renewed in time   fields     the settings all of them have
elements   a webhook taken apart, element by element
"""
