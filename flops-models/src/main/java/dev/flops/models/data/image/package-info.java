/**
 * Pictures: folders of PNG and JPEG files as data sets, and transforms of images.
 *
 * <p>Start with {@link dev.flops.models.data.image.ImageFolder} and {@link dev.flops.models.data.image.TransformedImages}.
 *
 * <h2>Notes for developers</h2>
 *
 * <ul>
 *   <li>Only {@code DesktopImages} may name a class of java.desktop, and only {@code ImageFolder} may name it: without that module
 *       the class is never linked and everything else works.
 *   <li>A decoder gets bytes that were checked and stripped of everything that pixels are not made of: chunks and segments with
 *       sizes of their own (profiles, texts, thumbnails) never reach it.
 *   <li>Transforms are values; a random one is a function of the key that it is given.
 * </ul>
 */
package dev.flops.models.data.image;
