using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Cnn.Interop;

/// <summary>
/// The environment behind a catalog of ML.NET: what an extension method needs to create an estimator or a data view. It is
/// also where everything begins, so the binding to ML.NET is checked here.
/// </summary>
/// <exception cref="ArgumentNullException">The catalog is null.</exception>
/// <exception cref="NotSupportedException">The ML.NET loaded lacks something that this library was built against.</exception>
internal static class CatalogEnvironment
{
    /// <summary>Of <c>mlContext.MulticlassClassification.Trainers</c> and its like.</summary>
    public static IHostEnvironment Of(TrainCatalogBase.CatalogInstantiatorBase catalog) => Checked(catalog);

    /// <summary>Of <c>mlContext.MulticlassClassification</c> and its like.</summary>
    public static IHostEnvironment Of(TrainCatalogBase catalog) => Checked(catalog);

    /// <summary>Of <c>mlContext.Transforms</c>.</summary>
    public static IHostEnvironment Of(TransformsCatalog catalog) => Checked(catalog);

    /// <summary>Of <c>mlContext.Data</c>.</summary>
    public static IHostEnvironment Of(DataOperationsCatalog catalog) => Checked(catalog);

    private static IHostEnvironment Checked(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        MlNetBinding.Check();
        return Environment(catalog);
    }

    // Apart from the check, and kept apart: where an internal is missing, the method that names it cannot even be compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IHostEnvironment Environment(object catalog) => ((IInternalCatalog)catalog).Environment;
}
