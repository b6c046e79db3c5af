"""Alerts on saved searches.

`service` is what people ask for, `runner` what runs by itself: `matching` finds what matches,
`eligibility` says what of it is news, `schedule` and `batching` when and in which notice it is
sent, `message` what it says, `delivery` sends it by one of the `channels`. `volume`, `baseline`
and `volume_runs` judge unusual counts; `dry_run` tells what an alert would have sent.
"""
