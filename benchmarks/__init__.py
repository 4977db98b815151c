"""What things cost, each as a ratio to a baseline measured in the same run: machines are noisy, ratios less so."""
