print("splitflap")
