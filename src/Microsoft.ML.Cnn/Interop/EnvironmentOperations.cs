using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>What an <see cref="MLContext"/> offers its user, where only its environment is at hand. The binding to ML.NET is checked where that came from.</summary>
internal static class EnvironmentOperations
{
    /// <summary>The seed that the user gave the context; null if none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int? SeedOf(this IHostEnvironment environment) => (environment as IHostEnvironmentInternal)?.Seed;

    /// <summary>Saves a model as <c>mlContext.Model.Save</c> does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Save(this IHostEnvironment environment, ITransformer model, DataViewSchema inputSchema, Stream stream) =>
        new ModelOperationsCatalog(environment).Save(model, inputSchema, stream);

    /// <summary>The rows of one view behind those of another of the same columns.</summary>
    /// <exception cref="ArgumentException">The columns are others.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static IDataView Append(this IHostEnvironment environment, IDataView first, IDataView second) =>
        AppendRowsDataView.Create(environment, first.Schema, first, second);
}
