/// Glance's calls (Image API v2).
package struct Imaging: Sendable {
  let cloud: Cloud

  package var images: Calls<Image> { Calls(cloud) }
}
