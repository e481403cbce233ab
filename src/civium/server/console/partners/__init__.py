"""Partners on screen: codes, links to give out, and figures as docs/spec/campaign.md allows them."""
