"""Signing in through a province's unified identity service 统一身份认证, by OpenID Connect."""
