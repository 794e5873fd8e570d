#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace chart_writer {

struct Point {
  int x = 0;
  int y = 0;
};

struct Box {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;

  [[nodiscard]] int right() const { return left + width; }
  [[nodiscard]] int bottom() const { return top + height; }
};

enum class Ink { grid, axis, text, rise, fall, fast_average, slow_average, volume, marker };

enum class Theme { light, dark };

/// A picture of 1280 x 800 pixels with a palette.
///
/// Its background has an invisible grain that does not compress. It gives a chart the size of a real one.
class Canvas {
 public:
  static constexpr int k_width = 1280;
  static constexpr int k_height = 800;

  /// The maximum number of shades in the grain.
  static constexpr unsigned k_max_shades = 64;

  /// The grain takes log2(`shades`) bits per pixel.
  Canvas(Theme theme, unsigned shades, std::uint64_t seed);

  void fill(const Box& box, Ink ink);
  void outline(const Box& box, Ink ink);
  void line(Point from, Point to, Ink ink);

  /// Draws the digits of `number`, which must not be negative, with their upper left corner at `at`.
  void number(int number, Point at);

  /// Returns the picture as a PNG file. Throws std::runtime_error if libpng fails.
  [[nodiscard]] std::string to_png() const;

 private:
  void set(int x, int y, Ink ink);

  Theme theme_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace chart_writer
