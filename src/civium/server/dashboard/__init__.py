"""What organisers look at each morning, as values: days and hours as aggregates, the forecast, margins, alerts. Nothing here is about one statement."""
