"""What the figures are measured with: processes, clocks of the processor, load, and the report."""
