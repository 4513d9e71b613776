import Splitflap

await SplitflapCommand.runAndExit()
