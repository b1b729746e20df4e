"""The desks: window, department, station, dispatch, supervision, quality and finance. One folder an audience, one frame."""
