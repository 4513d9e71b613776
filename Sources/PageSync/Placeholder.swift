// PageSync
