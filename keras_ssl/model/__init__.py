"""The model: views, forward passes, phases, averages and what `fit` takes."""
