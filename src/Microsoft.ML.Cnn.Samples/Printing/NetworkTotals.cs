using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>A network layer by layer, and below what it takes in all.</summary>
internal static class NetworkTotals
{
    public static void Print(IAnsiConsole console, NetworkSummary summary)
    {
        console.Write(NetworkTable.Of(summary, withPlan: true));
        NetworkMemory training = summary.TrainingMemory;
        NetworkMemory prediction = summary.PredictionMemory;
        console.WriteLine($"Parameters     {NetworkTable.Number(summary.Parameters)}");
        console.WriteLine($"Multiply-adds  {NetworkTable.Number(summary.MultiplyAdds)} for one image");
        console.WriteLine(
            $"Training       {NetworkTable.Bytes(training.Total)} with batches of {summary.BatchSize}: parameters {NetworkTable.Bytes(training.Parameters)}, "
                + $"gradients and momentum {NetworkTable.Bytes(training.Gradients)}, values {NetworkTable.Bytes(training.Values)}"
        );
        console.WriteLine($"Prediction     {NetworkTable.Bytes(prediction.Total)} with batches of {summary.BatchSize}");
        console.WriteLine(
            $"Slices         {Describe(summary.TrainingSlicing)} in training, {Describe(summary.PredictionSlicing)} in prediction"
        );
    }

    private static string Describe(NetworkSlicing slicing) =>
        $"{slicing.Slices} of {slicing.SliceImages} images in {slicing.Shards} shards";
}
