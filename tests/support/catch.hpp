#pragma once

// The tests build with Catch2 2 (one header) and Catch2 3 (several headers).
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
