"""What every request passes: context, sign-in, limits, errors, caching."""
