import AsyncHTTPClient
import Subprocess
import CJq
import CCmark
