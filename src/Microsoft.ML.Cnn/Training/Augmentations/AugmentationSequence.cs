using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn;

/// <summary>
/// Augmentations one after another, such as <c>[new HorizontalFlip(), new RandomCrop(padding: 4)]</c>. Equal when all augmentations are.
/// </summary>
/// <remarks>
/// What becomes of an image follows from the seed, the epoch, the row's identity in the data, and from an augmentation's place in the sequence: neither threads nor batches,
/// nor an order of rows or an interruption, change it.
/// </remarks>
[JsonConverter(typeof(AugmentationSequenceConverter))]
[CollectionBuilder(typeof(AugmentationSequence), nameof(Create))]
public sealed class AugmentationSequence : IReadOnlyList<Augmentation>, IEquatable<AugmentationSequence>
{
    // That of the trainers' options.
    private static readonly string ParameterName = nameof(Augmentation);

    private readonly ImmutableArray<Augmentation> augmentations;

    private AugmentationSequence(IEnumerable<Augmentation> augmentations) => this.augmentations = [.. augmentations];

    /// <inheritdoc/>
    public int Count => augmentations.Length;

    /// <inheritdoc/>
    public Augmentation this[int index] => augmentations[index];

    internal bool NeedsColors => augmentations.Any(augmentation => augmentation.NeedsColors);

    /// <summary>Puts augmentations one after another.</summary>
    /// <param name="augmentations">In the order in which they change an image; none leave it as it is.</param>
    /// <exception cref="ArgumentNullException">One is null.</exception>
    public static AugmentationSequence Create(params ReadOnlySpan<Augmentation> augmentations)
    {
        foreach (Augmentation augmentation in augmentations)
        {
            ArgumentNullException.ThrowIfNull(augmentation, nameof(augmentations));
        }

        return new AugmentationSequence([.. augmentations]);
    }

    /// <summary>
    /// What training sees of an image. What augmentations learn from the training images (the principal colours of <see cref="PcaLighting"/>, the range of pixels, the value
    /// of erased ones) is learned from this image.
    /// </summary>
    /// <param name="image">The pixels, as the data have them.</param>
    /// <param name="shape">The shape of the image.</param>
    /// <param name="order">How it lies in the pixels.</param>
    /// <param name="seed">Of the training.</param>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="row">The number of the image in the data, counted from 0.</param>
    /// <returns>The pixels of the changed image.</returns>
    /// <exception cref="ArgumentException">The pixels are not those of the shape, a number is negative, or an augmentation does not fit.</exception>
    public unsafe float[] Apply(
        ReadOnlySpan<float> image,
        Shape shape,
        PixelOrder order = PixelOrder.Interleaved,
        int seed = 0,
        int epoch = 0,
        long row = 0
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        LayerCheck.Defined(order);
        if (image.Length != shape.Length)
        {
            throw new ArgumentException($"An image of {shape} has {shape.Length} pixels; received {image.Length}.", nameof(image));
        }

        RequireFit(shape);
        PixelGrid grid = GridOf(shape, order);
        ColorStatistics colors = new(grid);
        colors.Add(image);
        Training.ChannelMoments moments = new(shape.Channels, order);
        moments.Add(image);
        AugmentationSequence learned = Learn(colors.Result([.. moments.Means.Select(mean => (float)mean)]));

        float[] changed = image.ToArray();
        using Canvas canvas = new(grid);
        fixed (float* pixels = changed)
        {
            RowAugmenter.Create(learned, SimdDispatch.Best).Apply(canvas, pixels, RowKeys.InEpoch(seed, epoch, RowKeys.Of((ulong)row, 0)));
        }

        return changed;
    }

    /// <inheritdoc/>
    public bool Equals(AugmentationSequence? other) => other is not null && augmentations.SequenceEqual(other.augmentations);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AugmentationSequence);

    /// <inheritdoc/>
    public override int GetHashCode() => augmentations.Aggregate(augmentations.Length, HashCode.Combine);

    /// <inheritdoc/>
    public IEnumerator<Augmentation> GetEnumerator() => ((IEnumerable<Augmentation>)augmentations).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static PixelGrid GridOf(Shape shape, PixelOrder order) =>
        order == PixelOrder.Planar ? PixelGrid.Planar(shape) : PixelGrid.Interleaved(shape);

    internal static ArgumentOutOfRangeException Refuse(string why) => new(ParameterName, why);

    /// <exception cref="ArgumentOutOfRangeException">An augmentation does not fit images of the shape.</exception>
    internal void RequireFit(Shape image)
    {
        foreach (Augmentation augmentation in augmentations)
        {
            string? misfit = image.IsFlat
                ? "there are no pixels side by side. What would work: an InputShape of height, width and channels, or no augmentation"
                : augmentation.Misfit(image);
            if (misfit is not null)
            {
                throw Refuse($"{augmentation.GetType().Name} does not fit images of {image}: {misfit}.");
            }
        }
    }

    /// <summary>The sequence with all that it learns from the training images.</summary>
    /// <param name="normalization">Of the model.</param>
    /// <param name="colors">Of the training images; null where the sequence needs none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An augmentation does not fit them.</exception>
    internal AugmentationSequence Learn(PixelNormalization normalization, ColorStatistics? colors) =>
        Learn(colors?.Result(normalization.Offsets) ?? new TrainingColors(normalization.Offsets));

    private AugmentationSequence Learn(TrainingColors colors) => new(augmentations.Select(augmentation => augmentation.Learn(colors)));

    /// <summary>Changes the image on a canvas.</summary>
    /// <param name="canvas">With the image.</param>
    /// <param name="key">Of the row's random numbers.</param>
    internal void Apply<V>(Canvas canvas, uint key)
        where V : struct, IVector<V>
    {
        for (int i = 0; i < augmentations.Length; i++)
        {
            augmentations[i].Apply<V>(canvas, new RandomDraws(RandomBits.Key(key, (uint)i)));
        }
    }

    private sealed class AugmentationSequenceConverter : JsonConverter<AugmentationSequence>
    {
        public override AugmentationSequence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Create(JsonSerializer.Deserialize<Augmentation[]>(ref reader, options) ?? []);

        public override void Write(Utf8JsonWriter writer, AugmentationSequence value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.augmentations, options);
    }
}
