using System.Collections.Immutable;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Conformance;
using Microsoft.ML.Cnn.Tests.Conformance.Reference;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Accuracy;

/// <summary>
/// The convolutions of a VGG without batch normalization that has learnt Fashion-MNIST, each with its filters, the activations that reach it and the gradients
/// that come back to it. The first, of a single channel, is left out: it is always direct.
/// </summary>
internal static class TrainedVgg
{
    private const int BatchSize = 32;

    // Six convolutions of 3 × 3, or four of 5 × 5.
    private static readonly ImmutableArray<ImmutableArray<int>> blocks3 =
    [
        [32, 32],
        [64, 64],
        [128, 128],
    ];
    private static readonly ImmutableArray<ImmutableArray<int>> blocks5 =
    [
        [32],
        [32, 64],
        [64],
    ];

    /// <param name="kernel">The side of the filters, 3 or 5.</param>
    /// <param name="steps">Of 32 images, to train for.</param>
    /// <param name="images">Whose activations and gradients to take.</param>
    public static IReadOnlyList<KnownConvolution> Convolutions(int kernel, int steps, int images)
    {
        FashionImages fashion = FashionImages.Whole();
        ModelDescription description = Vgg.Describe(
            fashion.Shape,
            kernel,
            batchNormalization: false,
            ConvolutionAlgorithm.Automatic,
            kernel == 3 ? blocks3 : blocks5
        );
        using ParameterStore store = ParameterStore.Initialize(description.Network, fashion.Shape, seed: 1);
        using (SeededTraining training = new(description, store, fashion, BatchSize, seed: 1))
        {
            training.Run(steps);
        }

        double[] Buffer(string path) => Array.ConvertAll(store[path].ToArray(), value => (double)value);
        ReferenceNetwork reference = new(description.Network, fashion.Shape, Buffer, training: true);
        Examples examples = fashion.Last(images);
        reference.Backward(examples.Loss(reference.Forward(examples.Images)).Gradient);
        return
        [
            .. from placed in description.Network.Place(fashion.Shape)
            let convolution = placed.Layer as Conv2D
            where convolution != null && placed.Input.Channels > 1
            select new KnownConvolution(
                convolution,
                Single(reference.Input(placed.Path)),
                Single(reference.OutputGradient(placed.Path)),
                Buffer(ParameterTable.PathOf(placed.Path, ParameterSpec.Weight)),
                Buffer(ParameterTable.PathOf(placed.Path, ParameterSpec.Bias))
            ),
        ];
    }

    private static Batch Single(Batch batch) => batch.Select(value => (float)value);
}
