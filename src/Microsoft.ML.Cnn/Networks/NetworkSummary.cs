using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;

namespace Microsoft.ML.Cnn;

/// <summary>One layer in a <see cref="NetworkSummary"/>.</summary>
/// <param name="Path">Its path, such as <c>block2.conv1</c>.</param>
/// <param name="Layer">What it is.</param>
/// <param name="OutputShape">The shape that leaves it.</param>
/// <param name="Parameters">Numbers that training changes.</param>
/// <param name="MultiplyAdds">Multiplications with an addition for one image.</param>
/// <param name="OutputBytes">Memory of what leaves it, for one image.</param>
/// <param name="Algorithm">
/// How training computes it: a convolution directly or by Winograd's F(output tile, filter); a dense layer by the kernel that its weights and the
/// batch ask for; <c>in conv1</c> for what is done on the way out of another layer; by each worker for slices of its own, or shared by all. What
/// prediction does is added where it differs: it leaves dropout out, for one.
/// </param>
/// <param name="Layout">What lies side by side in a vector of what leaves it while training: images or channels; or rows, one for each image.</param>
public sealed record NetworkSummaryRow(
    string Path,
    Layer Layer,
    Shape OutputShape,
    long Parameters,
    long MultiplyAdds,
    long OutputBytes,
    string Algorithm,
    string Layout
);

/// <summary>Memory that a network needs on this machine, in bytes; the images that are read ahead are not in it.</summary>
/// <param name="Parameters">Weights, biases and states.</param>
/// <param name="Gradients">Their gradients, and a momentum of each.</param>
/// <param name="Values">What lies between layers, its gradients, transformed filters and workspace.</param>
public sealed record NetworkMemory(long Parameters, long Gradients, long Values)
{
    /// <summary>All of it.</summary>
    public long Total => Parameters + Gradients + Values;
}

/// <summary>How a plan cuts a full batch. It follows from the network, the batch size and the width of vectors, and while training never from the number of threads.</summary>
/// <param name="SliceImages">Images that a worker carries through the layers together.</param>
/// <param name="Slices">Slices of a batch.</param>
/// <param name="Shards">Groups of slices that workers take, each of which has sums of gradients of its own; as many cores can work at once.</param>
public sealed record NetworkSlicing(int SliceImages, int Slices, int Shards)
{
    internal static NetworkSlicing Of(Slicing slicing) => new(slicing.SliceImages, slicing.Slices, slicing.Shards);
}

/// <summary>A network layer by layer behind an input of a given shape. <see cref="ToString"/> gives it as a table.</summary>
public sealed class NetworkSummary
{
    private readonly string lossTaken;
    private readonly string scoresTaken;

    internal NetworkSummary(Network network, Shape input, int batchSize, ConvolutionAlgorithm convolutions)
    {
        InputShape = input;
        BatchSize = batchSize;
        _ = network.OutputShape(input);
        ParameterTable table = ParameterTable.Of(network, input);
        ModelDescription model = new(
            network,
            input,
            PixelOrder.Interleaved,
            PixelNormalization.None(input.Channels),
            ModelOutput.Values,
            [],
            convolutions
        );
        PlanOptions options = PlanOptions.For(batchSize, Environment.ProcessorCount);
        PlanEstimate training = PlanEstimate.Of(model, table, options, training: true);
        PlanEstimate prediction = PlanEstimate.Of(model, table, options, training: false);
        long parameters = (table.TrainableLength + table.StateLength) * sizeof(float);
        TrainingMemory = new NetworkMemory(parameters, 2 * table.TrainableLength * sizeof(float), training.Bytes);
        PredictionMemory = new NetworkMemory(parameters, 0, prediction.Bytes);
        (lossTaken, scoresTaken) = (training.Ending, prediction.Ending);
        TrainingSlicing = NetworkSlicing.Of(training.Slicing);
        PredictionSlicing = NetworkSlicing.Of(prediction.Slicing);
        Rows =
        [
            .. network
                .Place(input)
                .Select(placed => new NetworkSummaryRow(
                    placed.Path,
                    placed.Layer,
                    placed.Output,
                    placed.Parameters.Where(spec => spec.Kind == ParameterKind.Trainable).Sum(spec => spec.Length),
                    placed.Layer.MultiplyAdds(placed.Input),
                    placed.Output.Length * sizeof(float),
                    Algorithm(training, prediction, placed.Path),
                    training.Layers.GetValueOrDefault(placed.Path)?.Layout ?? ""
                )),
        ];
    }

    /// <summary>The shape of an image.</summary>
    public Shape InputShape { get; }

    /// <summary>The layers in the order they run.</summary>
    public ImmutableArray<NetworkSummaryRow> Rows { get; }

    /// <summary>Numbers that training changes.</summary>
    public long Parameters => Rows.Sum(row => row.Parameters);

    /// <summary>Multiplications with an addition for one image.</summary>
    public long MultiplyAdds => Rows.Sum(row => row.MultiplyAdds);

    /// <summary>Memory of all layers' outputs, for one image.</summary>
    public long OutputBytes => Rows.Sum(row => row.OutputBytes);

    /// <summary>Images of a batch, for memory and algorithms.</summary>
    public int BatchSize { get; }

    /// <summary>Memory to train with batches of <see cref="BatchSize"/>, on all cores, with a momentum.</summary>
    public NetworkMemory TrainingMemory { get; }

    /// <summary>Memory to predict batches of <see cref="BatchSize"/>, on all cores.</summary>
    public NetworkMemory PredictionMemory { get; }

    /// <summary>How training cuts a batch of <see cref="BatchSize"/>.</summary>
    public NetworkSlicing TrainingSlicing { get; }

    /// <summary>How prediction cuts a batch of <see cref="BatchSize"/>.</summary>
    public NetworkSlicing PredictionSlicing { get; }

    /// <summary>The table, with totals below.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Memory", "Layout", "Algorithm"],
            ["input", "", InputShape.ToString(), "", "", Bytes(InputShape.Length * sizeof(float)), "", ""],
            .. Rows.Select(row =>
                new[]
                {
                    row.Path,
                    row.Layer.GetType().Name,
                    row.OutputShape.ToString(),
                    Number(row.Parameters),
                    Number(row.MultiplyAdds),
                    Bytes(row.OutputBytes),
                    row.Layout,
                    row.Algorithm,
                }
            ),
            ["total", "", "", Number(Parameters), Number(MultiplyAdds), Bytes(OutputBytes), "", ""],
        ];
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length))];
        string rule = new('-', widths.Sum() + 2 * (widths.Length - 1));

        StringBuilder table = new();
        for (int i = 0; i < cells.Length; i++)
        {
            // Words to the left, numbers to the right.
            IEnumerable<string> line = cells[i]
                .Select((cell, column) => column is < 3 or > 5 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            table.Append(string.Join("  ", line).TrimEnd()).Append('\n');
            if (i == 0 || i == cells.Length - 2)
            {
                table.Append(rule).Append('\n');
            }
        }

        table.Append("Memory of a layer is that of its output for one image; multiply-adds are for one image.\n");
        table.Append(CultureInfo.InvariantCulture, $"Batches of {BatchSize} on this machine: training takes {Bytes(TrainingMemory.Total)}");
        table.Append(CultureInfo.InvariantCulture, $" (parameters {Bytes(TrainingMemory.Parameters)}, gradients and momentum");
        table.Append(CultureInfo.InvariantCulture, $" {Bytes(TrainingMemory.Gradients)}, values {Bytes(TrainingMemory.Values)}),");
        table.Append(CultureInfo.InvariantCulture, $" prediction {Bytes(PredictionMemory.Total)}.\n");
        table.Append(CultureInfo.InvariantCulture, $"Training carries slices of {TrainingSlicing.SliceImages} images through the layers,");
        table.Append(
            CultureInfo.InvariantCulture,
            $" {TrainingSlicing.Slices} a batch in {TrainingSlicing.Shards} shards, the loss {lossTaken};"
        );
        table.Append(CultureInfo.InvariantCulture, $" prediction slices of {PredictionSlicing.SliceImages},");
        return table.Append(CultureInfo.InvariantCulture, $" {PredictionSlicing.Slices} a batch, scores {scoresTaken}.\n").ToString();
    }

    // What a plan has no operation for, it does not do.
    private static string Algorithm(PlanEstimate training, PlanEstimate prediction, string path)
    {
        string learned = training.Layers.GetValueOrDefault(path)?.Algorithm ?? "no pass";
        string predicted = prediction.Layers.GetValueOrDefault(path)?.Algorithm ?? "no pass";
        return learned == predicted ? learned : $"{learned} (predicting: {predicted})";
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Bytes(long value) =>
        value switch
        {
            < 1 << 10 => $"{value} B",
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{value / 1024.0:0.0} KB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1048576.0:0.0} MB"),
        };
}
