// Headers that nearly every source of the worker's bandwidth estimation reads, compiled once.
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <absl/memory/memory.h>
#include <absl/types/optional.h>
#include <uv.h>

#include <ankerl/unordered_dense.h>

#include "common.hpp"

#include "FBS/message.h"
#include "FBS/notification.h"
#include "FBS/request.h"
#include "FBS/response.h"
#include "FBS/worker.h"
