/// Which values a style may have; `client/element_styles.js` judges the same way.
enum StyleValue {
  private static let functions: Set<String> = [
    "calc", "min", "max", "clamp", "var", "env", "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color",
    "color-mix", "light-dark", "linear-gradient", "radial-gradient", "conic-gradient", "repeating-linear-gradient",
    "repeating-radial-gradient", "repeating-conic-gradient", "translate", "translatex", "translatey", "translatez",
    "translate3d", "scale", "scalex", "scaley", "scalez", "scale3d", "rotate", "rotatex", "rotatey", "rotatez", "rotate3d",
    "skew", "skewx", "skewy", "matrix", "matrix3d", "perspective", "cubic-bezier", "steps", "linear", "repeat", "minmax",
    "fit-content", "blur", "brightness", "contrast", "drop-shadow", "grayscale", "hue-rotate", "invert", "opacity", "saturate",
    "sepia", "inset", "circle", "ellipse", "polygon", "round", "mod", "rem", "sin", "cos", "tan",
  ]
  private static let longest = 500

  /// True for a value that can ask nobody for anything: known functions only, nothing escaped, nothing after it.
  static func isHarmless(_ value: String) -> Bool {
    guard value.utf16.count <= longest, !value.contains(where: { "\\;{}@<>!".contains($0) }), !value.contains("/*") else {
      return false
    }
    var name = ""
    for character in value {
      if character == "(" {
        let function = name.hasPrefix("-") ? String(name.dropFirst()) : name
        guard name.isEmpty || functions.contains(function.lowercased()) else { return false }
      }
      if character.isWhitespace || ",()/*+".contains(character) { name = "" } else { name.append(character) }
    }
    return true
  }
}
