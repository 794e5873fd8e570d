#include "canvas.hpp"

#include <png.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <stdexcept>

namespace chart_writer {
namespace {

struct Color {
  std::uint8_t red;
  std::uint8_t green;
  std::uint8_t blue;
};

constexpr std::size_t k_inks = 9;

/// In the order of Ink.
constexpr std::array<Color, k_inks> k_light_inks{{{226, 229, 235},
                                                  {70, 76, 88},
                                                  {50, 54, 64},
                                                  {34, 150, 94},
                                                  {208, 62, 58},
                                                  {240, 150, 30},
                                                  {40, 96, 200},
                                                  {150, 176, 214},
                                                  {120, 60, 180}}};
constexpr std::array<Color, k_inks> k_dark_inks{{{44, 50, 66},
                                                 {140, 148, 166},
                                                 {200, 206, 220},
                                                 {46, 190, 130},
                                                 {238, 90, 86},
                                                 {250, 180, 70},
                                                 {96, 156, 250},
                                                 {70, 92, 132},
                                                 {190, 130, 250}}};
constexpr Color k_light_paper{252, 252, 252};
constexpr Color k_dark_paper{18, 22, 33};

/// Three by five pixels for each digit, row by row from the highest bit.
constexpr std::array<unsigned, 10> k_digits{0b111101101101111, 0b010110010010111, 0b111001111100111, 0b111001111001111,
                                            0b101101111001001, 0b111100111001111, 0b111100111101111, 0b111001001001001,
                                            0b111101111101111, 0b111101111001111};
constexpr int k_digit_width = 3;
constexpr int k_digit_height = 5;
constexpr int k_digit_scale = 2;

/// Returns a shade of the paper: each channel differs from the paper by three at most.
Color shade_of(Color paper, unsigned shade) {
  const auto add = [](std::uint8_t channel, unsigned step) { return static_cast<std::uint8_t>(channel + step % 4); };
  return {add(paper.red, shade), add(paper.green, shade / 4), add(paper.blue, shade / 16)};
}

/// Returns the palette: the shades of the paper, then the inks.
std::vector<Color> palette(Theme theme) {
  std::vector<Color> colors;
  for (unsigned shade = 0; shade < Canvas::k_max_shades; ++shade) {
    colors.push_back(shade_of(theme == Theme::light ? k_light_paper : k_dark_paper, shade));
  }
  const auto& inks = theme == Theme::light ? k_light_inks : k_dark_inks;
  colors.insert(colors.end(), inks.begin(), inks.end());
  return colors;
}

}  // namespace

Canvas::Canvas(Theme theme, unsigned shades, std::uint64_t seed)
    : theme_(theme), pixels_(std::size_t{k_width} * k_height) {
  std::mt19937_64 random(seed);
  for (std::uint8_t& pixel : pixels_) pixel = static_cast<std::uint8_t>(random() % std::min(shades, k_max_shades));
}

void Canvas::set(int x, int y, Ink ink) {
  if (x < 0 || x >= k_width || y < 0 || y >= k_height) return;
  pixels_[static_cast<std::size_t>(y) * k_width + static_cast<std::size_t>(x)] =
      static_cast<std::uint8_t>(k_max_shades + static_cast<unsigned>(ink));
}

void Canvas::fill(const Box& box, Ink ink) {
  for (int y = box.top; y < box.bottom(); ++y) {
    for (int x = box.left; x < box.right(); ++x) set(x, y, ink);
  }
}

void Canvas::outline(const Box& box, Ink ink) {
  line({box.left, box.top}, {box.right(), box.top}, ink);
  line({box.left, box.bottom()}, {box.right(), box.bottom()}, ink);
  line({box.left, box.top}, {box.left, box.bottom()}, ink);
  line({box.right(), box.top}, {box.right(), box.bottom()}, ink);
}

void Canvas::line(Point from, Point to, Ink ink) {
  const int steps = std::max({std::abs(to.x - from.x), std::abs(to.y - from.y), 1});
  for (int i = 0; i <= steps; ++i) {
    set(from.x + (to.x - from.x) * i / steps, from.y + (to.y - from.y) * i / steps, ink);
  }
}

void Canvas::number(int number, Point at) {
  for (const char digit : std::to_string(number)) {
    const unsigned rows = k_digits.at(static_cast<std::size_t>(digit - '0'));
    for (int i = 0; i < k_digit_width * k_digit_height; ++i) {
      if ((rows >> (k_digit_width * k_digit_height - 1 - i) & 1U) == 0) continue;
      fill({at.x + i % k_digit_width * k_digit_scale, at.y + i / k_digit_width * k_digit_scale, k_digit_scale,
            k_digit_scale},
           Ink::text);
    }
    at.x += (k_digit_width + 1) * k_digit_scale;
  }
}

std::string Canvas::to_png() const {
  const std::vector<Color> colors = palette(theme_);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = k_width;
  image.height = k_height;
  image.format = PNG_FORMAT_RGB_COLORMAP;
  image.flags = PNG_IMAGE_FLAG_FAST;
  image.colormap_entries = static_cast<png_uint_32>(colors.size());

  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string file(size, '\0');
  if (png_image_write_to_memory(&image, file.data(), &size, 0, pixels_.data(), 0, colors.data()) == 0) {
    throw std::runtime_error(std::string("libpng: ") + image.message);
  }
  file.resize(size);
  return file;
}

}  // namespace chart_writer
