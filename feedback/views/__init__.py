"""Pages of feedback: inbox, item, channels, rules, actions, figures."""
