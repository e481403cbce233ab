"""What an authority prints, sends and keeps: report, lists, acknowledgement, dates, proof of destruction. One value, set as HTML, PDF or text."""
